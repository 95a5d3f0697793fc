namespace Tasklight.EndToEnd.Tests.Chaos;

/// <summary>One run of a <see cref="LeaseWorker"/>: what it was given and under which lease.</summary>
sealed record LeaseRun(string TaskId, string Text, string Lease)
{
    /// <summary>The result whose save was acknowledged; null when it was refused or is not yet answered.</summary>
    public string? Acknowledged { get; set; }
}
