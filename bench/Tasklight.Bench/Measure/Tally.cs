using Tasklight.Bench.Wire;

namespace Tasklight.Bench.Measure;

/// <summary>Everything that must stay zero for a figure to count.</summary>
sealed class Tally
{
    const long TooMany = 100;

    public long Errors;
    public long Lost;
    public long Missing;
    public long Duplicates;
    public long OutOfOrder;

    public string? FirstError { get; private set; }

    public bool Clean => Errors + Lost + Missing + Duplicates + OutOfOrder == 0;

    /// <summary>So much went wrong that going on tells nothing.</summary>
    public bool Hopeless => Interlocked.Read(ref Errors) + Interlocked.Read(ref Lost) > TooMany;

    public void Failed(Exception problem)
    {
        if (Interlocked.Increment(ref Errors) == 1) FirstError = problem is HttpFailure ? problem.Message : $"{problem.GetType().Name}: {problem.Message}";
    }

    public override string ToString() =>
        $"errors {Errors}, lost {Lost}, missing {Missing}, duplicates {Duplicates}, out of order {OutOfOrder}{(FirstError is null ? "" : $" ({FirstError})")}";
}
