using Tasklight.Server.Hosting;

namespace Tasklight.Server.Tests.Hosting;

public sealed class RunTests : IDisposable
{
    readonly string _data = Directory.CreateTempSubdirectory("tasklight-test-").FullName;

    [Fact]
    public async Task Wrong_settings_end_with_code_2_and_name_what_is_wrong()
    {
        var (code, output, errors) = await RunAsync("--dta", _data);

        Assert.Equal((2, ""), (code, output));
        Assert.Equal(
            """
            Tasklight did not start: a setting is wrong.
              --dta is not an argument; did you mean --data?
            All settings: Tasklight.Server --help

            """,
            errors);
    }

    [Fact]
    public async Task A_second_server_on_the_same_data_ends_with_code_1_and_one_sentence()
    {
        await using var first = await RunningServer.StartAsync(_data);

        Assert.Equal(
            (1, "", $"Another Tasklight server uses the data directory {_data}: stop it, or choose another directory with --data.{Environment.NewLine}"),
            await RunAsync("--data", _data, "--urls", "http://127.0.0.1:0"));
    }

    [Fact]
    public async Task A_port_that_is_taken_ends_with_code_1_and_one_sentence()
    {
        await using var first = await RunningServer.StartAsync();
        var address = first.Address.GetLeftPart(UriPartial.Authority);

        Assert.Equal(
            (1, "", $"Failed to bind to address {address}: address already in use. Choose another address with --urls.{Environment.NewLine}"),
            await RunAsync("--data", _data, "--urls", address));
    }

    [Fact]
    public async Task A_server_that_cannot_listen_logs_nothing_beside_its_one_sentence()
    {
        await using var first = await RunningServer.StartAsync();
        using var log = new KeptLog();
        await using (var second = TasklightServer.Build(RunningServer.Arguments(_data, "--urls", first.Address.GetLeftPart(UriPartial.Authority)), builder => builder.Logging.AddProvider(log)))
            await Assert.ThrowsAsync<IOException>(() => second.StartAsync(TestContext.Current.CancellationToken));

        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task Version_and_help_end_with_code_0()
    {
        Assert.Equal((0, $"{HelpText.Version}{Environment.NewLine}", ""), await RunAsync("--version"));
        Assert.Equal(0, (await RunAsync("--help")).Code);
    }

    public void Dispose() => Directory.Delete(_data, recursive: true);

    static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        return (await TasklightServer.RunAsync(args, output, errors), output.ToString(), errors.ToString());
    }
}
