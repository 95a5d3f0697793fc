namespace Tasklight.Server.Files;

/// <summary>The names of uploads: what is kept is safe in a header, a link and a listing.</summary>
static class FileName
{
    const int Longest = 200;

    /// <summary>The last part of what the client called the file, without control characters; <c>file</c> when nothing is left. Keeps the extension when it shortens.</summary>
    public static string Clean(string? given)
    {
        var name = new string([.. (given ?? "").Split('/', '\\')[^1].Where(static c => !char.IsControl(c) && !char.IsSurrogate(c) && c is not '"')]).Trim().Trim('.');
        if (name.Length > Longest)
        {
            var extension = Path.GetExtension(name);
            name = extension.Length < Longest ? string.Concat(name.AsSpan(0, Longest - extension.Length), extension) : name[..Longest];
        }

        return name.Length > 0 ? name : "file";
    }
}
