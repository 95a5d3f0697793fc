namespace Tasklight.Server.Hosting;

/// <summary>Uploaded files.</summary>
sealed record FileOptions
{
    /// <summary>How long an upload and its link live unless the upload says otherwise. Default 7 days.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(7);
}
