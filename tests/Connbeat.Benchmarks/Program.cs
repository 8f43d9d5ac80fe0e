using System.Reflection;
using BenchmarkDotNet.Running;
using Connbeat.Benchmarks.Load;
using Connbeat.Benchmarks.Macro;

if (args is ["figures", .. string[] options])
{
    return FiguresCommand.Run(options);
}

if (args is ["sink"])
{
    return CountingSink.Run();
}

BenchmarkSwitcher.FromAssembly(Assembly.GetExecutingAssembly()).Run(args);
return 0;
