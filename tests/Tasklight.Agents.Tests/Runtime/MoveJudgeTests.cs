using System.Globalization;
using System.Text.Json;
using Tasklight.Agents.Runtime;
using Tasklight.Agents.Session;
using Tasklight.Agents.Tests.Session;
using Tasklight.Protocol;

namespace Tasklight.Agents.Tests.Runtime;

/// <summary>What a run does next, from the stored session alone.</summary>
public sealed class MoveJudgeTests
{
    private static readonly JsonElement Schema = JsonElement.Parse("""{"type":"object","required":["n"],"properties":{"n":{"type":"integer"}}}""");

    [Fact]
    public void After_a_turn_the_model_is_asked() => Assert.IsType<NextMove.AskModel>(Decide(new SessionBuilder().Turn("Hi")));

    [Fact]
    public void Open_calls_are_made_first() =>
        Assert.IsType<NextMove.RunTools>(Decide(new SessionBuilder().Turn("Hi").Calls(("a", "x", "{}"), ("b", "x", "{}")).Result("a", "1")));

    [Fact]
    public void After_the_results_the_model_is_asked() =>
        Assert.IsType<NextMove.AskModel>(Decide(new SessionBuilder().Turn("Hi").Calls(("a", "x", "{}")).Result("a", "1")));

    [Fact]
    public void An_answer_is_the_end() => Assert.Equal(new NextMove.Finish("4"), Decide(new SessionBuilder().Turn("2+2").Answer("4")));

    [Fact]
    public void A_question_waits_for_its_answer() =>
        Assert.Equal(new NextMove.AwaitAnswer("Why?"), Decide(new SessionBuilder().Turn("Hi").Calls(("q", "ask", "{}")).Result("q", "").Note(NoteStep.Question, "Why?")));

    [Fact]
    public void At_max_turns_the_task_fails()
    {
        var steps = new SessionBuilder().Turn("Hi").Calls(("a", "x", "1")).Result("a", "1").Calls(("b", "x", "2")).Result("b", "2");

        Assert.IsType<NextMove.AskModel>(Decide(steps, new RunLimits { MaxTurns = 3 }));
        Assert.IsType<NextMove.Fail>(Decide(steps, new RunLimits { MaxTurns = 2 }));
    }

    [Fact]
    public void The_same_calls_with_other_results_are_no_loop()
    {
        var steps = new SessionBuilder().Turn("Wait");
        for (var round = 0; round < 20; round++)
        {
            steps.Calls(($"c{round}", "poll", "{}")).Result($"c{round}", round.ToString(CultureInfo.InvariantCulture));
        }

        Assert.IsType<NextMove.AskModel>(Decide(steps));
    }

    [Fact]
    public void The_same_calls_with_the_same_results_are_told_at_every_third_and_fail_at_the_ninth()
    {
        var steps = new SessionBuilder().Turn("Wait");
        for (var round = 1; round <= LoopJudge.FailsAt; round++)
        {
            steps.Calls(($"c{round}", "poll", """{"a":1,"b":2}""")).Result($"c{round}", "no");
            var move = Decide(steps);
            if (round == LoopJudge.FailsAt)
            {
                Assert.IsType<NextMove.Fail>(move);
            }
            else if (round % LoopJudge.ToldEvery == 0)
            {
                steps.Note(NoteStep.Loop, Assert.IsType<NextMove.SendBack>(move).Text);
                Assert.IsType<NextMove.AskModel>(Decide(steps));
            }
            else
            {
                Assert.IsType<NextMove.AskModel>(move);
            }
        }
    }

    [Fact]
    public void Near_the_window_the_session_is_summarised_unless_nothing_would_be_gained()
    {
        var limits = new RunLimits { ContextWindow = 1_000 };
        var lengthy = new string('x', 3_400);

        Assert.Equal(new NextMove.Compact("auto"), Decide(new SessionBuilder().Turn("Hi").Answer(lengthy).Turn("And?", "2026-05-14"), limits));
        Assert.IsType<NextMove.AskModel>(Decide(new SessionBuilder().Turn(lengthy), limits));
        Assert.IsType<NextMove.Fail>(Decide(new SessionBuilder().Turn(lengthy + lengthy), limits));
    }

    [Fact]
    public void A_summary_that_the_model_asked_for_comes_when_all_its_calls_have_ended()
    {
        var steps = new SessionBuilder().Turn("Hi").Calls(("c", "compact_session", """{"focus":"names"}"""), ("x", "look", "{}")).Result("c", "now");

        Assert.IsType<NextMove.RunTools>(Decide(steps));
        Assert.Equal(new NextMove.Compact("manual", "names"), Decide(steps.Result("x", "1")));
        Assert.IsType<NextMove.AskModel>(Decide(steps.Summary("Hi", "Notes.")));
    }

    [Theory]
    [InlineData("""{"n":1}""", """{"n":1}""")]
    [InlineData("```json\n{\"n\":1}\n```", """{"n":1}""")]
    [InlineData("\n {\"n\":1} ", """{"n":1}""")]
    public void Json_is_taken_out_of_what_models_put_around_it(string answer, string result) =>
        Assert.Equal(new NextMove.Finish(result), Decide(new SessionBuilder().Turn("Hi").Answer(answer), format: OutputFormat.Json));

    [Fact]
    public void What_does_not_fit_is_sent_back_twice()
    {
        var steps = new SessionBuilder().Turn("Hi").Answer("""{"n":"x"}""");

        steps.Note(NoteStep.Repair, Assert.IsType<NextMove.SendBack>(Decide(steps, format: OutputFormat.Json)).Text).Answer("no json");
        steps.Note(NoteStep.Repair, Assert.IsType<NextMove.SendBack>(Decide(steps, format: OutputFormat.Json)).Text).Answer("""{"n":"x"}""");

        Assert.Contains("/n", Assert.IsType<NextMove.Fail>(Decide(steps, format: OutputFormat.Json)).Result, StringComparison.Ordinal);
    }

    [Fact]
    public void A_withheld_answer_says_who_withheld_it()
    {
        var steps = new SessionBuilder().Turn("Hi").Answer("", finish: "content_filter").Note(NoteStep.Repair, "x").Answer("", finish: "content_filter").Note(NoteStep.Repair, "x")
            .Answer("", finish: "content_filter");

        Assert.Contains("content filter", Assert.IsType<NextMove.Fail>(Decide(steps)).Result, StringComparison.Ordinal);
    }

    private static NextMove Decide(SessionBuilder steps, RunLimits? limits = null, OutputFormat format = OutputFormat.Text) =>
        new MoveJudge(limits ?? new RunLimits(), new OutputJudge(format, Schema), overhead: 0).Decide(steps.Session);
}
