namespace Tasklight.Server.Lifecycle;

/// <summary>How one list of ids becomes another: some leave, then others come to its end.</summary>
readonly record struct IdListChange(List<string> Removed, List<string> Added)
{
    /// <summary>Any list can be made of any other so; one that only loses and gains ids loses and gains no others.</summary>
    public static IdListChange Of(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var change = new IdListChange([], []);
        var kept = 0;
        for (var i = 0; i < before.Count; i++)
        {
            if (kept < after.Count && before[i] == after[kept])
                kept++;
            else
                change.Removed.Add(before[i]);
        }

        for (; kept < after.Count; kept++)
            change.Added.Add(after[kept]);
        return change;
    }
}
