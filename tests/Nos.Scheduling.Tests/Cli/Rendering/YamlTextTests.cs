using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Nos.Scheduling.Cli.Rendering;

namespace Nos.Scheduling.Tests.Cli.Rendering;

public sealed class YamlTextTests
{
    [Fact]
    public void Any_text_reads_back_as_that_text_wherever_it_stands()
    {
        var texts = Gen.Elements("a", "Z", "0", "7", ".", "-", "+", ":", " ", "#", "'", "\"", "{", "[", "&", "*", "!", "|", ">", "%", "@", "\n", "\t", "\\", "e", "x", "é", "…", "true", "null")
            .ListOf().Select(string.Concat);
        var property = Prop.ForAll(texts.ToArbitrary(), text =>
        {
            var document = new JsonObject { ["alone"] = text, ["list"] = new JsonArray(text, new JsonObject { ["inner"] = text }), ["k" + text] = 1 };

            return JsonNode.DeepEquals(document, YamlReading.Document(YamlText.Of(document)));
        });

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), property);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("No")]
    [InlineData("on")]
    [InlineData("null")]
    [InlineData("~")]
    [InlineData("15")]
    [InlineData("1.5e3")]
    [InlineData("0x1f")]
    [InlineData("1:30")]
    [InlineData("2026-11-22")]
    [InlineData("@KUBECONFIG@")]
    [InlineData("")]
    [InlineData("a: b")]
    [InlineData("a #b")]
    public void What_a_parser_could_take_for_something_else_is_quoted(string text) =>
        Assert.Equal($"key: \"{text}\"\n", YamlText.Of(new JsonObject { ["key"] = text }));

    [Theory]
    [InlineData("15s")]
    [InlineData("nvidia.com/mig-1g.10gb.me")]
    [InlineData("https://nos-extender.nos-system.svc:8444/scheduler")]
    [InlineData("1g.10gb+me")]
    public void Ordinary_words_stand_as_they_are(string text) =>
        Assert.Equal($"key: {text}\n", YamlText.Of(new JsonObject { ["key"] = text }));

    [Fact]
    public void Keys_keep_their_order_and_long_texts_stay_on_their_line()
    {
        var text = string.Join(' ', Enumerable.Repeat("word", 100));

        Assert.Equal($"b: 1\na: {text}\nc: true\nd: {{}}\ne: []\nf:\n- x\n", YamlText.Of(new JsonObject
        {
            ["b"] = 1,
            ["a"] = text,
            ["c"] = true,
            ["d"] = new JsonObject(),
            ["e"] = new JsonArray(),
            ["f"] = new JsonArray("x"),
        }));
    }
}
