namespace Tasklight.Server.Tests;

/// <summary>Files of the repository that tests compare with the code.</summary>
static class Repository
{
    static readonly string Root = FindRoot();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Tasklight.slnx")))
                return folder.FullName;
        throw new InvalidOperationException("The tests run outside the repository: there is no Tasklight.slnx above " + AppContext.BaseDirectory);
    }
}
