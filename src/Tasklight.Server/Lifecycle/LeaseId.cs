using System.Globalization;

namespace Tasklight.Server.Lifecycle;

/// <summary>
/// Names one delivery, differently from every other: by session, task, turn, attempt and time. The time is in it because a delivery that was
/// handed back does not count as an attempt, the task because one claim offers many tasks at the same time.
/// </summary>
static class LeaseId
{
    const ulong FnvOffset = 14695981039346656037;
    const ulong FnvPrime = 1099511628211;

    /// <summary>ASCII without spaces whatever the task's id is: it travels in a header.</summary>
    public static string Of(string session, string taskId, int turn, int attempt, DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"{session}.{Hash(taskId):x}.{turn}.{attempt}.{now.UtcTicks / TimeSpan.TicksPerMicrosecond:x}");

    static ulong Hash(string text)
    {
        var hash = FnvOffset;
        foreach (var unit in text)
        {
            hash = (hash ^ unit) * FnvPrime;
        }

        return hash;
    }
}
