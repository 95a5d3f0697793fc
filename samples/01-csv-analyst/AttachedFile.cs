namespace CsvAnalyst;

/// <summary>A file of a task: its link, and the name by which people know it.</summary>
internal sealed record AttachedFile(string Url, string Name)
{
    /// <summary>Names every file by the end of its link's path; a name that comes twice gets a number.</summary>
    public static IReadOnlyList<AttachedFile> Of(IReadOnlyList<string> urls)
    {
        var files = new List<AttachedFile>(urls.Count);
        foreach (var url in urls)
        {
            var path = Uri.TryCreate(url, UriKind.Absolute, out var address) ? address.AbsolutePath : url;
            var name = Uri.UnescapeDataString(path.TrimEnd('/').Split('/')[^1]);
            var same = files.Count(file => file.Name == name || file.Name.StartsWith($"{name} (", StringComparison.Ordinal));
            files.Add(new AttachedFile(url, same == 0 ? name : $"{name} ({same + 1})"));
        }

        return files;
    }
}
