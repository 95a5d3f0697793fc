using System.Text.Json;

namespace Tasklight.Agents.Session;

/// <summary>One stored step of a task's session.</summary>
/// <param name="Number">Its place, from 1, without gaps over all turns of the thread.</param>
/// <param name="Kind">One of <see cref="Tasklight.Protocol.SessionStepKinds"/>.</param>
/// <param name="Data">What belongs to the kind.</param>
internal sealed record Step(int Number, string Kind, JsonElement Data);
