using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Server.Events;

/// <summary>
/// Writes SSE frames: <c>id: &lt;sequence&gt;</c> and one <c>data:</c> line with the envelope, nothing else (events §2).
/// </summary>
static class FrameText
{
    /// <summary>
    /// A comment line and no blank line behind it: with one, the baseline client's parser yields an empty event once it has seen an id, and fails.
    /// </summary>
    public static ReadOnlySpan<byte> KeepAlive => ": keep-alive\n"u8;

    public static ReadOnlySpan<byte> FrameEnd => "\n\n"u8;

    /// <summary>The part of the envelope between type and time, equal for all events of a task.</summary>
    public static byte[] Identity(string organization, string taskId)
    {
        var text = $"\",\"task_id\":\"{AsciiEncoder.Instance.Encode(taskId)}\",\"organization_id\":\"{AsciiEncoder.Instance.Encode(organization)}\",\"time\":\"";
        return System.Text.Encoding.ASCII.GetBytes(text);
    }

    /// <summary>Writes everything up to the value of <c>data</c>; returns where the envelope begins.</summary>
    public static int Begin(ArrayBufferWriter<byte> output, long sequence, string type, ReadOnlySpan<byte> identity, DateTimeOffset time)
    {
        output.Write("id: "u8);
        Number(output, sequence);
        output.Write("\ndata: "u8);
        var start = output.WrittenCount;
        output.Write("{\"type\":\""u8);
        output.Write(JsonEncodedText.Encode(type, AsciiEncoder.Instance).EncodedUtf8Bytes);
        output.Write(identity);
        WireTime.Format(time, output.GetSpan(WireTime.Length));
        output.Advance(WireTime.Length);
        output.Write("\",\"data\":"u8);
        return start;
    }

    public static void End(ArrayBufferWriter<byte> output)
    {
        output.Write("}"u8);
        output.Write(FrameEnd);
    }

    /// <summary>The frame that says which numbers a reader will never see, because their events were trimmed.</summary>
    public static EventFrame Gap(string organization, string taskId, long from, long to, DateTimeOffset time)
    {
        var output = new ArrayBufferWriter<byte>(256);
        var start = Begin(output, to, "gap", Identity(organization, taskId), time);
        output.Write("{\"from\":"u8);
        Number(output, from);
        output.Write(",\"to\":"u8);
        Number(output, to);
        output.Write("}"u8);
        End(output);
        return new EventFrame(to, time, output.WrittenSpan.ToArray(), start, EventReach.Rest, EndsTurn: false);
    }

    public static void Number(IBufferWriter<byte> output, long value)
    {
        Utf8Formatter.TryFormat(value, output.GetSpan(20), out var written);
        output.Advance(written);
    }
}
