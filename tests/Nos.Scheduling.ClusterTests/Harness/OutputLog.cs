namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>What a child printed: in memory for the test's questions, in a file for the developer's.</summary>
internal sealed class OutputLog(string path) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<(OutputStream Stream, string Text)> _lines = [];
    private readonly StreamWriter _file = new(path) { AutoFlush = true };
    private bool _closed;

    public string Path { get; } = path;

    /// <summary>A new file: the second child of one name gets <c>name-2.log</c>.</summary>
    public static OutputLog In(string folder, string name)
    {
        Directory.CreateDirectory(folder);
        var path = System.IO.Path.Combine(folder, name + ".log");
        for (var count = 2; File.Exists(path); count++)
        {
            path = System.IO.Path.Combine(folder, $"{name}-{count}.log");
        }

        return new OutputLog(path);
    }

    /// <param name="line">Null marks the end of a stream and is not kept.</param>
    public void Add(OutputStream stream, string? line)
    {
        lock (_gate)
        {
            if (line is not null && !_closed)
            {
                _lines.Add((stream, line));
                _file.WriteLine(line);
            }
        }
    }

    public IReadOnlyList<string> Lines(OutputStream stream)
    {
        lock (_gate)
        {
            return [.. _lines.Where(line => line.Stream == stream).Select(line => line.Text)];
        }
    }

    public string? First(Func<string, bool> fits)
    {
        lock (_gate)
        {
            return _lines.Select(line => line.Text).FirstOrDefault(fits);
        }
    }

    public string Tail(int lines)
    {
        lock (_gate)
        {
            var last = _lines.TakeLast(lines).Select(line => "  " + line.Text);
            return $"{Path}, last of {_lines.Count} lines:\n{string.Join('\n', last)}";
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _file.Dispose();
        }
    }
}
