using System.Text;

namespace Nos.Scheduling.Tests.Cli.Quotas;

/// <summary>What is printed by one thread and looked at by another.</summary>
internal sealed class Pictures : TextWriter
{
    private readonly StringBuilder printed = new();

    public Pictures() => NewLine = "\n";

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        lock (printed)
        {
            printed.Append(value);
        }
    }

    public override void WriteLine(string? value) => Write(value + NewLine);

    public override Task WriteLineAsync(string? value)
    {
        WriteLine(value);
        return Task.CompletedTask;
    }

    public override string ToString()
    {
        lock (printed)
        {
            return printed.ToString();
        }
    }
}
