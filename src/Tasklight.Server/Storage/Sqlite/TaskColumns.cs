namespace Tasklight.Server.Storage.Sqlite;

/// <summary>Groups of columns of a task's row that change together; the log's position is always written.</summary>
[Flags]
enum TaskColumns
{
    None = 0,
    Run = 1,
    Fields = 2,
    Status = 4,
    Queue = 8,
    Due = 16,
    Session = 32,
    Origin = 64,
    Steps = 128,
    Waits = 256,
    Budget = 512,
    Below = 1024,
    All = Run | Fields | Status | Queue | Due | Session | Origin | Steps | Waits | Budget | Below,
}
