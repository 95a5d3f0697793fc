namespace Tasklight.EndToEnd.Tests;

/// <summary>A server whose sessions outlast every break, however slow the machine is: for scenarios whose workers come back.</summary>
public sealed class PatientServer : SharedServer
{
    internal static readonly string[] Patience = ["--sessions-expiry-closed", "5m", "--sessions-expiry-open", "5m", "--sessions-adoption-wait", "1m"];

    private protected override string[] Sessions => Patience;
}
