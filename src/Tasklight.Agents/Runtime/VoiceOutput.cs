namespace Tasklight.Agents.Runtime;

/// <summary>What is said of voice output, which the runtime hands on but cannot make.</summary>
internal static class VoiceOutput
{
    /// <summary>The internal status of a task that wants a voice.</summary>
    public const string Missing =
        "The result is text: no speech provider is there to make a voice of it. output_format and voice_id are kept for a program that reads the result aloud.";
}
