namespace Tasklight.Protocol;

/// <summary>What somebody who mistyped a name may have meant.</summary>
internal static class NearestName
{
    /// <summary>The known name nearest to another one, or null when none is near.</summary>
    public static string? Of(string name, IEnumerable<string> known)
    {
        var (best, distance) = known.Select(candidate => (Name: candidate, Distance: Distance(candidate, name))).MinBy(candidate => candidate.Distance);
        return best is not null && distance <= Math.Max(2, name.Length / 3) ? best : null;
    }

    // Letters to add, drop or change.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
