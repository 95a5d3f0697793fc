namespace Tasklight.Bench.Load;

/// <summary>How the benchmark's workers treat a task.</summary>
enum WorkerPattern
{
    /// <summary>Names its slots and shows leases: PATCH executing, PATCH completed.</summary>
    Leased,

    /// <summary>The calls of the Python SDK: full-object PATCH, GET status, full-object PATCH, capacity report.</summary>
    PythonSdk,

    /// <summary>PATCH executing, then nothing: the tasks wait to be stopped.</summary>
    Holding,
}
