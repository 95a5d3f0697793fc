namespace Tasklight.Server.Events;

/// <summary>One event as it goes down every stream: rendered once, shared by all subscribers.</summary>
/// <param name="Sequence">Its number in the log.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Bytes">The whole SSE frame: <c>id</c> line, <c>data</c> line, blank line. ASCII.</param>
/// <param name="JsonStart">Where the envelope begins in <paramref name="Bytes"/>.</param>
/// <param name="Reach">The surfaces that show it.</param>
/// <param name="EndsTurn">True for the task_finished behind which a stream of that turn ends.</param>
sealed record EventFrame(long Sequence, DateTimeOffset Time, byte[] Bytes, int JsonStart, EventReach Reach, bool EndsTurn)
{
    /// <summary>The envelope as one line of JSON.</summary>
    public ReadOnlySpan<byte> Json => Bytes.AsSpan(JsonStart, Bytes.Length - JsonStart - FrameText.FrameEnd.Length);
}
