using Tasklight.Protocol;

namespace Tasklight.Worker.Tests;

public sealed class InvokeCommandTests
{
    [Fact]
    public void Without_invoke_the_arguments_are_the_programs_own() => Assert.Null(InvokeCommand.Parse(["program", "--prompt", "x"]));

    [Fact]
    public void All_options_are_read_and_others_passed_over()
    {
        var command = InvokeCommand.Parse(
            ["--verbose", "--invoke", "--prompt", "Say --hello", "--output-format", "json", "--output_schema={\"a\": \"b=c\"}", "--agent_id", "two"])!;

        Assert.Equal(("Say --hello", OutputFormat.Json, "b=c"), (command.Test.Input.Text, command.Test.OutputFormat, command.Test.OutputSchema!.Value.GetProperty("a").GetString()));
        Assert.Equal(1, command.Choose(["one", "two"]));
    }

    [Fact]
    public void What_is_not_said_stays_the_agents_own()
    {
        var command = InvokeCommand.Parse(["--invoke", "--prompt", "x"])!;

        Assert.Equal((null, null, 0), (command.Test.OutputFormat, command.Test.OutputSchema, command.Choose(["one", "two"])));
    }

    [Theory]
    [InlineData(2, "--prompt TEXT", "--invoke")]
    [InlineData(2, "--prompt TEXT", "--invoke", "--prompt")]
    [InlineData(2, "'xml'", "--invoke", "--prompt", "x", "--output_format", "xml")]
    [InlineData(1, "--output_schema is not JSON", "--invoke", "--prompt", "x", "--output_schema", "{type")]
    public void What_cannot_be_invoked_is_said_with_its_exit_code(int exitCode, string words, params string[] args)
    {
        var exception = Assert.Throws<InvokeException>(() => InvokeCommand.Parse(args));

        Assert.Equal(exitCode, exception.ExitCode);
        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_agent_without_a_worker_is_named_with_those_that_have_one()
    {
        var command = InvokeCommand.Parse(["--invoke", "--prompt", "x", "--agent_id", "three"])!;

        Assert.Contains("'three'; there are: one, two.", Assert.Throws<InvokeException>(() => command.Choose(["one", "two"])).Message, StringComparison.Ordinal);
    }
}
