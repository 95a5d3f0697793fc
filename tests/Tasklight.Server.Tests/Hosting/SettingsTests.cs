using Tasklight.Server.Hosting;

namespace Tasklight.Server.Tests.Hosting;

public sealed class SettingsTests : IDisposable
{
    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tasklight-test-");

    [Fact]
    public void Defaults()
    {
        Assert.Equal(
            new TasklightOptions
            {
                Urls = "http://127.0.0.1:8600",
                Data = "./tasklight-data",
                PublicUrl = null,
                LogLevel = LogLevel.Information,
                SecretKey = null,
                Bootstrap = new() { Key = null, Organization = null },
                Sessions = new()
                {
                    ExpiryClosed = TimeSpan.FromSeconds(10),
                    ExpiryOpen = TimeSpan.FromSeconds(30),
                    AdoptionWait = TimeSpan.FromSeconds(4),
                    EnvironmentConflict = EnvironmentConflict.Allow,
                },
                Limits = new() { Create = 8 << 20, Patch = 32 << 20, File = 1 << 30, Streams = 10_000, Rate = 0 },
                Files = new() { Lifetime = TimeSpan.FromDays(7) },
                Fetch = new() { Guard = true, Allow = "" },
            },
            Read().Options);
    }

    [Fact]
    public void Arguments_win_over_variables_and_these_over_the_file()
    {
        var file = Write("""{ "limits": { "create": "1MiB", "patch": "2MiB", "file": "3MiB" }, "limits_streams": 4, "fetch": { "allow": ["a.example", "10.0.0.0/8"] } }""");

        var options = Read(
            ["--config", file, "--limits-create=5MiB", "--sessions-environment-conflict", "refuse"],
            ("TASKLIGHT_LIMITS_CREATE", "6MiB"), ("TASKLIGHT_LIMITS_PATCH", "7MiB")).Options;

        Assert.Equal((5 << 20, 7 << 20, 3 << 20, 4), (options.Limits.Create, options.Limits.Patch, options.Limits.File, options.Limits.Streams));
        Assert.Equal("a.example,10.0.0.0/8", options.Fetch.Allow);
        Assert.Equal(EnvironmentConflict.Refuse, options.Sessions.EnvironmentConflict);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once_with_the_nearest_known_name()
    {
        var file = Write("""{ "limits": { "creat": 1 }, "colour": "red", "limits_rate": true }""");

        var problem = Assert.Throws<SettingsException>(() => Read(
            ["--config", file, "--dat", "x", "--urls", "localhost", "--limits-streams", "0", "--bootstrap-key", "two words", "--files-lifetime"],
            ("TASKLIGHT_SESSIONS_EXPIRY_OPEN", "1s"), ("TASKLIGHT_FETCH_GUARD", "maybe"), ("TASKLIGHT_LIMITS_PATCH", "huge")));

        Assert.Equal(
            $"""
            Tasklight did not start: 11 settings are wrong.
              --dat is not an argument; did you mean --data?
              --files-lifetime needs a value
              limits.creat in {file} is not a setting; did you mean limits_create?
              colour in {file} is not a setting
              --urls must be http addresses such as http://0.0.0.0:8600, separated by ';' (TLS belongs to a proxy in front) (found 'localhost')
              --bootstrap-key must be 1 to 512 visible ASCII characters
              TASKLIGHT_SESSIONS_EXPIRY_OPEN must be a time from 3s to 1h, such as 500ms, 10s, 5m, 2h or 7d (found '1s')
              TASKLIGHT_LIMITS_PATCH must be a size from 1KiB to 1024GiB, such as 8MiB (found 'huge')
              --limits-streams must be a whole number from 1 to 1000000 (found '0')
              limits_rate in {file} must be a whole number from 0 to 1000000 (found 'true')
              TASKLIGHT_FETCH_GUARD must be true or false (found 'maybe')
            All settings: Tasklight.Server --help
            """,
            problem.Message);
    }

    [Fact]
    public void An_unknown_variable_is_a_warning_unless_it_belongs_to_clients()
    {
        var warnings = Read([], ("TASKLIGHT_DATTA", "x"), ("TASKLIGHT_API_KEY", "x"), ("TASKLIGHT_BASE_URL", "x"), ("TASKLIGHT_ORGANIZATION_ID", "x"), ("TASKLIGHT_AGENT_ID", "x")).Warnings;

        Assert.Equal(["The variable TASKLIGHT_DATTA is not a setting and is ignored; did you mean TASKLIGHT_DATA?"], warnings);
    }

    [Fact]
    public void Model_providers_are_set_like_everything_else()
    {
        var file = Write("""{ "models": { "openai": { "key": "of the file" }, "my_own": { "url": "http://10.0.0.1/v1" } } }""");

        var (options, warnings) = Read(["--config", file, "--models-azure-url", "https://a.example"], ("TASKLIGHT_MODELS_OPENAI_KEY", "of the variable"), ("TASKLIGHT_MODELS_OPENAI", "x"));
        var settings = options.Models.Settings();

        Assert.Equal(("of the variable", "http://10.0.0.1/v1", "https://a.example"), (settings.KeyOf("openai"), settings.AddressOf("my-own"), settings.AddressOf("azure")));
        Assert.Superset(new HashSet<string> { "my_own", "azure" }, settings.Providers.ToHashSet());
        Assert.StartsWith("The variable TASKLIGHT_MODELS_OPENAI is not a setting and is ignored", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_of_a_model_provider_must_be_one()
    {
        var problem = Assert.Throws<SettingsException>(() => Read(["--models-openai-url", "there"]));

        Assert.Contains("--models-openai-url must be an http or https address such as https://tasks.example.com (found 'there')", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_was_named_must_be_there()
    {
        var problem = Assert.Throws<SettingsException>(() => Read(["--config", "/nowhere/tasklight.json"]));

        Assert.Contains("/nowhere/tasklight.json cannot be read", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_help_names_every_setting()
    {
        var help = HelpText.Full();

        Assert.All(SettingTable.All, setting => Assert.Contains(setting.Argument + " ", help, StringComparison.Ordinal));
        Assert.All(ModelOptions.Forms, form => Assert.Contains(form.Shown + " ", help, StringComparison.Ordinal));
        Assert.All(help.Split('\n'), static line => Assert.True(line.Length <= 140, line));
    }

    public void Dispose() => _directory.Delete(recursive: true);

    static Settings Read(string[]? arguments = null, params (string Name, string Value)[] variables) =>
        SettingsReader.Read(arguments ?? [], variables.ToDictionary(static v => v.Name, static v => v.Value));

    string Write(string json)
    {
        var path = Path.Combine(_directory.FullName, "tasklight.json");
        File.WriteAllText(path, json);
        return path;
    }
}
