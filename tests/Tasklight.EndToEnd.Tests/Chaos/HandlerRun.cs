namespace Tasklight.EndToEnd.Tests.Chaos;

/// <summary>One call of a handler: for which task, by which worker, and how it ended.</summary>
sealed class HandlerRun(string taskId, string worker, string text, int attempt)
{
    public string TaskId => taskId;
    public string Worker => worker;
    public string Text => text;
    public int Attempt => attempt;

    /// <summary>What it returned.</summary>
    public string? Result { get; set; }

    /// <summary>What it raised.</summary>
    public string? Raised { get; set; }

    /// <summary>The texts of the chunks it told, in order.</summary>
    public List<string> Told { get; } = [];
}
