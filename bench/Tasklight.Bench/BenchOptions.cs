namespace Tasklight.Bench;

/// <summary>What is run, how much of it and where.</summary>
sealed record BenchOptions
{
    public const string Usage = """
        Tasklight.Bench quick|full --server PROGRAM [options]
          --server PROGRAM   the published server (executable or .dll), started on a fresh data directory
          --out DIR          JSON lines and the data directory (bench/out)
          --only A,B         groups: limits create e2e single get drain fan-out push stop reconnect worker agents idle history
          --rounds N         rounds, medians are shown (3 quick, 5 full)
          --history N        tasks in the store of the history group (20000 quick, 1000000 full)
        """;

    public bool Full { get; private init; }

    public string Server { get; private init; } = "";

    public string Out { get; private init; } = "bench/out";

    public IReadOnlyList<string> Only { get; private init; } = [];

    public int Rounds { get; private init; }

    public int History { get; private init; }

    /// <summary>The short run's number, or the long run's.</summary>
    public int Size(int quick, int full) => Full ? full : quick;

    public bool Wants(string group) => Only.Count == 0 || Only.Contains(group);

    /// <summary>Reads the command line.</summary>
    /// <exception cref="UsageException">With a sentence for the user.</exception>
    public static BenchOptions Parse(string[] args)
    {
        if (args is not [("quick" or "full") and var length, .. var rest]) throw new UsageException("Say quick or full.");
        var options = new BenchOptions { Full = length == "full", Rounds = length == "full" ? 5 : 3, History = length == "full" ? 1_000_000 : 20_000 };
        for (var i = 0; i < rest.Length; i += 2)
        {
            if (i + 1 == rest.Length) throw new UsageException($"{rest[i]} needs a value.");
            options = options.With(rest[i], rest[i + 1]);
        }

        return options.Server.Length > 0 ? options : throw new UsageException("--server is missing.");
    }

    BenchOptions With(string name, string value) => name switch
    {
        "--server" => this with { Server = value },
        "--out" => this with { Out = value },
        "--only" => this with { Only = value.Split(',') },
        "--rounds" => this with { Rounds = int.Parse(value) },
        "--history" => this with { History = int.Parse(value) },
        _ => throw new UsageException($"'{name}' is unknown."),
    };
}
