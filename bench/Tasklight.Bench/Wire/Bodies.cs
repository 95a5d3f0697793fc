using System.Diagnostics;
using System.Text;

namespace Tasklight.Bench.Wire;

/// <summary>The bodies that are sent.</summary>
static class Bodies
{
    public static readonly byte[] Executing = """{"status":"executing"}"""u8.ToArray();

    public static readonly byte[] Completed = Encoding.ASCII.GetBytes($$"""{"status":"completed","result":"{{new string('r', 200)}}"}""");

    public static readonly byte[] Dispatched = Create(runLocally: false, streaming: false);
    public static readonly byte[] DispatchedAndStreamed = Create(runLocally: false, streaming: true);
    public static readonly byte[] Local = Create(runLocally: true, streaming: false);
    public static readonly byte[] LocalAndStreamed = Create(runLocally: true, streaming: true);

    /// <summary>A task that is streamed, with this prompt.</summary>
    public static byte[] Prompted(string prompt) => Encoding.UTF8.GetBytes($$"""{"input":{"text":"{{prompt}}"},"events_streaming":true,"output_format":"text","title":"bench"}""");

    public static byte[] WorkerEvent(string name, string data) =>
        Encoding.ASCII.GetBytes($$"""{"id":"{{Guid.NewGuid()}}","event":"{{name}}","data":{{data}}}""");

    /// <summary>A push of chunks whose text is "@@number:timestamp:filling".</summary>
    public static byte[] Chunks(string organization, string task, int from, int count, int filling)
    {
        var body = new StringBuilder("[");
        for (var i = 0; i < count; i++)
        {
            if (i > 0) body.Append(',');
            body.Append($$"""{"type":"chunk","task_id":"{{task}}","organization_id":"{{organization}}","time":"{{DateTime.UtcNow:O}}","data":"@@""")
                .Append(from + i).Append(':').Append(Stopwatch.GetTimestamp()).Append(':').Append('x', filling).Append("\"}");
        }

        return Encoding.ASCII.GetBytes(body.Append(']').ToString());
    }

    /// <summary>Every key that the SDK sends, with about 440 characters of prompt.</summary>
    static byte[] Create(bool runLocally, bool streaming) => Encoding.ASCII.GetBytes(
        $$"""
        {"id":null,"input":{"text":"{{new string('x', 440)}}","files":[],"user":null},"payload_extension":null,"source":"sdk","worker_id":null,"output_format":null,
        "output_schema":null,"run_locally":{{Word(runLocally)}},"events_streaming":{{Word(streaming)}},"additional_context":null,"instructions_override":null,"test_run_node_id":null,
        "user_oidc_token":null,"expected_output":null,"mcp_servers":[],"triggering_agent_id":null,"title":"bench","think_mode":"default",
        "disable_attachment_injection":false,"return_metrics":false,"user_tokens":null}
        """);

    static string Word(bool value) => value ? "true" : "false";
}
