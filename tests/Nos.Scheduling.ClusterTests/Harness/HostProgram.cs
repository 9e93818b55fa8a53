namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>
/// The entry point of the test assembly when it is started by hand: plays a test host that owns one child, so that a test can
/// kill it and see what becomes of the child. The test runner never calls it.
/// </summary>
internal static class HostProgram
{
    private static int Main(string[] arguments)
    {
        if (arguments is not ["hold", var program, .. var rest])
        {
            Console.Error.WriteLine("This is a test assembly: run it with dotnet test, or with 'hold PROGRAM ARGUMENT...'.");
            return 2;
        }

        var child = ChildProcess.Start(new ChildCommand("held", program, rest));
        Console.WriteLine($"holding {child.Id}");
        Thread.Sleep(Timeout.Infinite);
        return 0;
    }
}
