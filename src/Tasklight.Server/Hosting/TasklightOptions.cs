namespace Tasklight.Server.Hosting;

/// <summary>Every setting of a server with its default. Names, ranges and help texts are in <see cref="SettingTable"/>.</summary>
sealed record TasklightOptions
{
    public const string DefaultUrls = "http://127.0.0.1:8600";
    public const string DefaultData = "./tasklight-data";

    /// <summary>Addresses to listen on, separated by semicolons. Default http://127.0.0.1:8600; port 0 takes a free one.</summary>
    public string Urls { get; init; } = DefaultUrls;

    /// <summary>Directory of the store, the files and the key that seals secrets. Default ./tasklight-data; made when missing.</summary>
    public string Data { get; init; } = DefaultData;

    /// <summary>How clients reach this server, for links it gives out. Default: the address of the request that asks.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>Least level of log lines. Default information.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    public BootstrapOptions Bootstrap { get; init; } = new();
    public SessionOptions Sessions { get; init; } = new();
    public LimitOptions Limits { get; init; } = new();
    public FileOptions Files { get; init; } = new();
    public FetchOptions Fetch { get; init; } = new();
    public PriceOptions Prices { get; init; } = new();
    public ModelOptions Models { get; init; } = new();
    public RuntimeOptions Runtime { get; init; } = new();

    /// <summary>32 bytes in base64 that seal secrets. Default: a key file in the data directory, made on first start.</summary>
    public string? SecretKey { get; init; }
}
