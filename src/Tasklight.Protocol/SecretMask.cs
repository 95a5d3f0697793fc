namespace Tasklight.Protocol;

/// <summary>What stands in the place of a secret that the reader may not see.</summary>
public static class SecretMask
{
    /// <summary>The mask. Sent back in an update it means "unchanged" (contract: task-object §3).</summary>
    public const string Text = "***";
}
