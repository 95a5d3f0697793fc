using System.Runtime.CompilerServices;

namespace Tasklight.Server.Events;

/// <summary>Room on the stack for frames on their way from the ring to a socket.</summary>
[InlineArray(Length)]
struct FrameBatch
{
    public const int Length = 64;

    EventFrame? _first;
}
