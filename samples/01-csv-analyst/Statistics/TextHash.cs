namespace CsvAnalyst.Statistics;

/// <summary>A 64-bit hash of a text, the same in every process; good enough to count distinct values by.</summary>
internal static class TextHash
{
    public static ulong Of(ReadOnlySpan<char> text)
    {
        var hash = 0x9E3779B97F4A7C15UL ^ (ulong)text.Length;
        foreach (var character in text)
        {
            hash = (hash ^ character) * 0x100000001B3UL;
            hash ^= hash >> 29;
        }

        // The finish of MurmurHash3: every bit of the input reaches every bit of the hash.
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCDUL;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53UL;
        return hash ^ (hash >> 33);
    }
}
