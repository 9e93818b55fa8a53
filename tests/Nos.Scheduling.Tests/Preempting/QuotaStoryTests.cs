using FsCheck;
using FsCheck.Fluent;

namespace Nos.Scheduling.Tests.Preempting;

public sealed class QuotaStoryTests
{
    [Fact]
    public void No_arrivals_ends_edits_and_reclaims_pass_a_max_take_what_is_guaranteed_or_leave_an_owner_waiting()
    {
        var evictions = 0;
        var step =
            from kind in Gen.Choose(0, 9)
            from space in Gen.Elements("a", "b", "b2", "c", "free")
            from profile in Gen.Elements("1g.10gb", "1g.10gb", "2g.20gb", "3g.40gb")
            from dice in Gen.Choose(0, 999)
            select (kind, space, profile, dice);

        Prop.ForAll(Arb.From(Gen.ArrayOf(step, 60)), steps =>
        {
            var story = new QuotaStory();
            story.Edit("a", 40, 0, 0);
            story.Edit("b", 30, 80, 0);
            story.Edit("c", 40, 0, 4);
            foreach (var (kind, space, profile, dice) in steps)
            {
                switch (kind)
                {
                    case 0 or 1:
                        story.End(dice);
                        break;
                    case 2 when space is "a" or "b" or "c":
                        story.Edit(space, dice % 9 * 10, dice % 4 == 0 ? dice % 16 * 10 : 0, dice % 3 == 0 ? dice % 8 : 0);
                        break;
                    default:
                        story.Arrive(space, profile, dice % 3, dice % 4);
                        break;
                }

                story.Settle();
            }

            evictions += story.Evictions;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));

        Assert.True(evictions > 100, $"{evictions} evictions: the cases show little.");
    }
}
