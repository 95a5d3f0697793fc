namespace Tasklight.Server.Lifecycle;

/// <summary>A step of a session before it is stored.</summary>
/// <param name="Number">Its number, from 1 over all turns of the task.</param>
/// <param name="Kind">What it is (<see cref="Protocol.SessionStepKinds"/>).</param>
/// <param name="Data">UTF-8 JSON.</param>
readonly record struct SessionDraft(int Number, string Kind, ReadOnlyMemory<byte> Data);
