using Readme;

switch (args)
{
    case ["client"]:
        await Client.RunAsync();
        return 0;
    case ["worker"]:
        await Worker.RunAsync();
        return 0;
    default:
        await Console.Error.WriteLineAsync("The programs of the README: 'client' or 'worker'. TASKLIGHT_* variables say where, who and for which agent.");
        return 2;
}
