using Microsoft.Extensions.AI;
using Tasklight.Agents.Session;
using Tasklight.Protocol;

namespace Tasklight.Agents.Tests.Session;

/// <summary>What the stored steps say.</summary>
public sealed class AgentSessionTests
{
    [Fact]
    public void An_empty_session_has_no_turn()
    {
        var session = new SessionBuilder().Session;

        Assert.Equal((0, -1, null), (session.Last, session.Progress.Retry, session.Answer));
    }

    [Fact]
    public void Calls_are_open_until_their_results_are_stored()
    {
        var steps = new SessionBuilder().Turn("Add").Calls(("a", "add", "{}"), ("b", "add", "{}")).Result("a", "3");

        Assert.Equal("b", Assert.Single(steps.Session.OpenCalls).Call.Id);
        Assert.Empty(steps.Result("b", "4").Session.OpenCalls);
    }

    [Fact]
    public void A_retry_counts_afresh_and_remembers_the_turns_tools()
    {
        var steps = new SessionBuilder().Turn("Add").Calls(("a", "add", "{}")).Result("a", "3").Answer("3", 10, 2).Turn("Go on", retry: 1).Answer("4", 20, 3);

        var progress = steps.Session.Progress;

        Assert.Equal((1, 1, 20L, 3L), (progress.Retry, progress.ModelTurns, progress.PromptTokens, progress.CompletionTokens));
        Assert.Equal(["add"], progress.UsedTools);
        Assert.Empty(steps.Turn("Next", "2026-05-14").Session.Progress.UsedTools);
    }

    [Fact]
    public void A_summary_takes_the_place_of_what_came_before_and_keeps_the_count()
    {
        var session = new SessionBuilder().Turn("Add").Calls(("a", "add", "{}")).Result("a", "3").Summary("Add", "It is 3.").Session;

        Assert.Equal((1, "2026-05-13"), (session.Progress.ModelTurns, session.Progress.Turn));
        var message = Assert.Single(Messages(session));
        Assert.Contains("It is 3.", message.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_question_stands_until_the_next_turn()
    {
        var steps = new SessionBuilder().Turn("Write").Calls(("q", "xpask_for_information", "{}")).Result("q", "asked").Note(NoteStep.Question, "For whom?");

        Assert.Equal("For whom?", steps.Session.Question?.Text);
        Assert.DoesNotContain(Messages(steps.Session), message => message.Text.Contains("For whom?", StringComparison.Ordinal));
        Assert.Null(steps.Turn("Dana", "2026-05-14").Session.Question);
    }

    [Fact]
    public void A_call_that_was_not_made_after_all_may_be_made()
    {
        var steps = new SessionBuilder().Turn("Pay").Calls(("p", "pay", "{}")).Started("p");
        Assert.True(steps.Session.OpenCalls[0].IsStarted);

        Assert.False(steps.Note(NoteStep.NotMade, call: "p").Session.OpenCalls[0].IsStarted);
    }

    [Fact]
    public void Kinds_and_calls_it_does_not_know_are_passed_over()
    {
        var session = new SessionBuilder().Turn("Hi").Other("weather").Result("nobody", "x").Decided(new ApprovalStep { WaitNodeId = "nobody" }).Session;

        Assert.Equal((4, 1), (session.Last, session.Entries.Count));
    }

    [Fact]
    public void Every_call_has_a_result_in_the_messages_even_one_left_behind_by_its_turn()
    {
        var session = new SessionBuilder().Turn("Add").Calls(("a", "add", """{"n":1}"""), ("b", "add", "{}")).Result("a", "broken", isError: true).Turn("Never mind", "2026-05-14").Session;

        var messages = Messages(session);

        Assert.Equal([ChatRole.User, ChatRole.Assistant, ChatRole.Tool, ChatRole.User], messages.Select(message => message.Role));
        var results = messages[2].Contents.Cast<FunctionResultContent>().ToDictionary(result => result.CallId, result => (string)result.Result!, StringComparer.Ordinal);
        Assert.Equal("Error: broken", results["a"]);
        Assert.StartsWith("Error: this call was not made", results["b"], StringComparison.Ordinal);
    }

    [Fact]
    public void Reasoning_goes_back_to_its_own_model_only()
    {
        var answer = new ModelStep { Model = "anthropic/claude", Text = "4", Reasoning = [new() { Text = "2+2", Protected = "s" }] };
        var session = new AgentSession([SessionWriter.Draft(SessionStepKinds.Model, answer, SessionJson.Default.ModelStep)]);

        Assert.Contains(Messages(session, "anthropic/claude")[0].Contents, content => content is TextReasoningContent { ProtectedData: "s" });
        Assert.DoesNotContain(Messages(session, "openai/gpt-4o")[0].Contents, content => content is TextReasoningContent);
    }

    [Fact]
    public void A_parked_output_shows_its_beginning_and_its_id()
    {
        var session = new SessionBuilder().Turn("Dump").Calls(("d", "dump", "{}")).Result("d", new string('x', 50_000), isParked: true).Session;

        var shown = ToolResultText.Shown(((SessionEntry.Model)session.Entries[1]).Calls[0]);

        Assert.True(shown.Length < 2_500);
        Assert.Contains("under id 3", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void The_gauge_takes_the_providers_count_and_what_came_after_it()
    {
        var counted = new SessionBuilder().Turn("Hi").Answer("Hello", prompt: 5_000, completion: 10).Turn(new string('x', 400), "2026-05-14").Session;
        var uncounted = new SessionBuilder().Turn(new string('x', 4_000)).Session;

        Assert.InRange(ContextGauge.Estimate(counted, overhead: 100), 5_110, 5_130);
        Assert.InRange(ContextGauge.Estimate(uncounted, overhead: 100), 1_100, 1_120);
    }

    private static List<ChatMessage> Messages(AgentSession session, string model = "openai/gpt-4o") =>
        [.. SessionMessages.Of(session, model, file => new UriContent(file.Url, file.MediaType))];
}
