namespace Tasklight.EndToEnd.Tests;

/// <summary>
/// A server whose sessions live short: for scenarios that wait for one to end, and for no others. A closed stream gives its session eight heartbeats
/// of a worker whose clock runs four times as fast, an open one thirty, so that a slow machine costs no living worker its session.
/// </summary>
public sealed class HastyServer : SharedServer
{
    private protected override string[] Sessions => ["--sessions-expiry-closed", "4s", "--sessions-expiry-open", "15s", "--sessions-adoption-wait", "3s"];
}
