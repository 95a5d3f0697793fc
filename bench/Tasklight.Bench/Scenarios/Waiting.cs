using System.Diagnostics;

namespace Tasklight.Bench.Scenarios;

/// <summary>Waits for what another thread sees.</summary>
static class Waiting
{
    /// <summary>False when it was not so within <paramref name="patience"/>, which is <see cref="Subject.Patience"/> unless given.</summary>
    public static async Task<bool> UntilAsync(Func<bool> condition, TimeSpan? patience = null)
    {
        for (var start = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(1))
            if (Stopwatch.GetElapsedTime(start) > (patience ?? Subject.Patience)) return false;
        return true;
    }

    public static Task<bool> AllAsync(this string[] ids, Func<string, bool> condition) => UntilAsync(() => Array.TrueForAll(ids, id => condition(id)));
}
