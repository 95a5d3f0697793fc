using Tasklight.Server.Hosting;

return await TasklightServer.RunAsync(args, Console.Out, Console.Error);
