namespace Nos.Scheduling.Agent.DevicePlugin.Serving;

/// <summary>Rewrites the <c>:authority</c> of HTTP/2 header blocks (RFC 7541) without decoding them.</summary>
/// <remarks>
/// kubelet before 1.26 writes the socket's path there, and Kestrel takes a slash in a host for an attack and ends the stream. A literal with indexing
/// stays one, so both ends go on counting their tables alike; shorter values make room in them, never too little.
/// </remarks>
internal static class HeaderBlocks
{
    /// <summary>The static table's number of <c>:authority</c>.</summary>
    private const int AuthorityIndex = 1;

    private static ReadOnlySpan<byte> Instead => "localhost"u8;

    /// <summary>The block with another authority; the block as it is where it has none, or cannot be read.</summary>
    public static byte[] WithLocalAuthority(ReadOnlySpan<byte> block)
    {
        var rewritten = new List<byte>(block.Length);
        var at = 0;
        try
        {
            while (at < block.Length)
            {
                var field = at;
                var first = block[at];
                if ((first & 0x80) != 0)
                {
                    // Wholly from a table.
                    Number(block, ref at, 7);
                    rewritten.AddRange(block[field..at]);
                    continue;
                }

                if ((first & 0xe0) == 0x20)
                {
                    // A table changes its size.
                    Number(block, ref at, 5);
                    rewritten.AddRange(block[field..at]);
                    continue;
                }

                var name = Number(block, ref at, (first & 0x40) != 0 ? 6 : 4);
                if (name == 0)
                {
                    Skip(block, ref at);
                }

                var value = at;
                Skip(block, ref at);
                rewritten.AddRange(block[field..(name == AuthorityIndex ? value : at)]);
                if (name == AuthorityIndex)
                {
                    // Its length in one byte, not Huffman-coded.
                    rewritten.Add((byte)Instead.Length);
                    rewritten.AddRange(Instead);
                }
            }
        }
        catch (Exception broken) when (broken is IndexOutOfRangeException or ArgumentOutOfRangeException or OverflowException)
        {
            // Whoever reads it next says what is wrong with it.
            return block.ToArray();
        }

        return [.. rewritten];
    }

    private static void Skip(ReadOnlySpan<byte> block, ref int at)
    {
        var length = Number(block, ref at, 7);
        at = checked(at + length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(at, block.Length);
    }

    /// <summary>An integer whose first byte lends it that many bits.</summary>
    private static int Number(ReadOnlySpan<byte> block, ref int at, int bits)
    {
        var most = (1 << bits) - 1;
        var number = block[at++] & most;
        if (number < most)
        {
            return number;
        }

        for (var shift = 0; ; shift += 7)
        {
            var part = block[at++];
            number = checked(number + ((part & 0x7f) << shift));
            if ((part & 0x80) == 0)
            {
                return number;
            }
        }
    }
}
