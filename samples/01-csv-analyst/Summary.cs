using System.Globalization;
using CsvAnalyst.Profiling;

namespace CsvAnalyst;

/// <summary>Puts the profiles of all files in words.</summary>
internal static class Summary
{
    public static string Of(IReadOnlyList<FileProfile> profiles) => string.Join(' ', profiles.Select(Of));

    private static string Of(FileProfile profile) => profile.Problem switch
    {
        null => string.Create(
            CultureInfo.InvariantCulture,
            $"{profile.File} has {profile.Rows:N0} rows and {profile.Columns.Count} columns{Gaps(profile)}."),
        { Line: null } => $"{profile.File} {profile.Problem.Message}.",
        _ => string.Create(CultureInfo.InvariantCulture, $"{profile.File} is broken at line {profile.Problem.Line}: {profile.Problem.Message.TrimEnd('.')}."),
    };

    private static string Gaps(FileProfile profile)
    {
        var gaps = profile.Columns.Where(column => column.Missing > 0).Select(column => column.Name).ToList();
        return gaps.Count == 0 ? ", none with missing values" : $"; values are missing in {string.Join(", ", gaps)}";
    }
}
