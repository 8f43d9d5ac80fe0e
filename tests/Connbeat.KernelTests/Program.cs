using Connbeat.KernelTests;
using Connbeat.KernelTests.Lab;

if (args is ["child"])
{
    ChildMode.Run();
    return 0;
}

if (!OwnMachine.IsThis)
{
    return OwnMachine.Run(args);
}

RuntimeThreads.MakeAll();
return args.Any(arg => arg is "-automated" or "@@")
    ? await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args)
    : await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(
        args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
