namespace Tasklight.Server.Storage;

readonly record struct TaskKey(string Organization, string TaskId);
