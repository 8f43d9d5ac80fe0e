using System.Reflection;
using BenchmarkDotNet.Running;
using Connbeat.Benchmarks.Macro;

if (args is ["figures", .. string[] options])
{
    return FiguresCommand.Run(options);
}

BenchmarkSwitcher.FromAssembly(Assembly.GetExecutingAssembly()).Run(args);
return 0;
