using System.CommandLine;
using Tasklight.Sdk;

namespace Tasklight.Cli;

/// <summary>The options that every command has.</summary>
internal sealed class ConnectionOptions
{
    private const string DefaultUrl = "http://127.0.0.1:8600";

    private readonly Option<string?> _url = new("--url") { Description = "The server's address [TASKLIGHT_BASE_URL]", HelpName = "URL", Recursive = true };
    private readonly Option<string?> _key = new("--key") { Description = "The API key [TASKLIGHT_API_KEY]", HelpName = "KEY", Recursive = true };
    private readonly Option<bool> _json = new("--json") { Description = "Write JSON: one value, or one a line where something is followed", Recursive = true };

    public void AddTo(Command root)
    {
        root.Add(_url);
        root.Add(_key);
        root.Add(_json);
    }

    public bool IsJson(ParseResult result) => result.GetValue(_json);

    /// <summary>Where and who. The hosted service is never meant unless it is named.</summary>
    public Configuration Configuration(ParseResult result)
    {
        var configuration = new Configuration { RetryFor = TimeSpan.FromSeconds(10) };
        var isSet = Environment.GetEnvironmentVariable("TASKLIGHT_BASE_URL") is { Length: > 0 } || Environment.GetEnvironmentVariable("XPANDER_BASE_URL") is { Length: > 0 };
        configuration.BaseUrl = result.GetValue(_url) ?? (isSet ? configuration.BaseUrl : DefaultUrl);
        configuration.ApiKey = result.GetValue(_key) ?? configuration.ApiKey;
        return string.IsNullOrEmpty(configuration.ApiKey)
            ? throw new CliException(ExitCodes.Wrong, "There is no API key: set TASKLIGHT_API_KEY or --key. The server shows one when it starts for the first time.")
            : configuration;
    }
}
