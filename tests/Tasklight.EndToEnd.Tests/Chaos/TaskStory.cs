namespace Tasklight.EndToEnd.Tests.Chaos;

/// <summary>What one client did to one task and was told had been done.</summary>
sealed class TaskStory(string id, string text)
{
    public string Id => id;
    public string Text => text;

    /// <summary>Texts of the chunks whose push was acknowledged, in order.</summary>
    public List<string> Pushed { get; } = [];

    /// <summary>The last title whose save was acknowledged.</summary>
    public string? Title { get; set; }

    /// <summary>The numbers of the events that a subscriber saw, up to the end; null when nobody watched.</summary>
    public Task<List<long>>? Watch { get; set; }

    /// <summary>The status that the acknowledged stop answered.</summary>
    public string? StoppedAs { get; set; }
}
