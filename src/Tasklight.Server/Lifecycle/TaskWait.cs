namespace Tasklight.Server.Lifecycle;

/// <summary>What a paused task waits for. The numbers are stored.</summary>
enum TaskWait
{
    /// <summary>It is not paused, or nothing is named.</summary>
    Nothing = 0,

    /// <summary>A person has to approve something.</summary>
    Approval = 1,

    /// <summary>The end user has to log in somewhere.</summary>
    Login = 2,

    /// <summary>The agent asked a question.</summary>
    Answer = 3,

    /// <summary>The budget of a task above it.</summary>
    Budget = 4,
}
