import { version } from '../experiment/provenance.js'
import { Command, Option } from 'commander'
import { useCommandHelp } from './help.js'

interface Entry {
  name: string
  summary: string
  load(): Promise<Command>
}

/**
 * Every command, by what people want. Its file is loaded when it is called: all of them together
 * take long to load.
 */
const commands: Record<string, Entry[]> = {
  'Place new items': [
    {
      name: 'launch',
      summary: 'place new items among known ones; write recommendations',
      load: async () => (await import('./launch.js')).launchCommand(),
    },
    {
      name: 'recommend',
      summary: 'write recommendations from the folder of a launch',
      load: async () => (await import('./recommend.js')).recommendCommand(),
    },
  ],
  'Decide about asking': [
    {
      name: 'advise',
      summary: 'say whether asking a language model would pay',
      load: async () => (await import('./advise.js')).adviseCommand(),
    },
    {
      name: 'audit',
      summary: 'check whether the answers of a judge are better than chance',
      load: async () => (await import('./audit.js')).auditCommand(),
    },
  ],
  Experiments: [
    {
      name: 'demo',
      summary: 'show what understudy does, on a generated shop',
      load: async () => (await import('./demo.js')).demoCommand(),
    },
    {
      name: 'run',
      summary: 'run an experiment over several seeds',
      load: async () => (await import('./run.js')).runCommand(),
    },
    {
      name: 'worker',
      summary: 'run trials for `run --queue`, on any machine',
      load: async () => (await import('./worker.js')).workerCommand(),
    },
    {
      name: 'report',
      summary: 'make an HTML page about finished runs',
      load: async () => (await import('./report.js')).reportCommand(),
    },
    {
      name: 'runs',
      summary: 'list, show, compare and remove runs',
      load: async () => (await import('./runs.js')).runsCommand(),
    },
    {
      name: 'features',
      summary: 'print the features of each user as CSV',
      load: async () => (await import('./features.js')).featuresCommand(),
    },
    {
      name: 'select',
      summary: 'select the users to ask about',
      load: async () => (await import('./select.js')).selectCommand(),
    },
    {
      name: 'augment',
      summary: 'ask a judge about selected users; print preference pairs',
      load: async () => (await import('./augment.js')).augmentCommand(),
    },
    {
      name: 'train',
      summary: 'train the two-tower model, with or without preference pairs',
      load: async () => (await import('./train.js')).trainCommand(),
    },
    {
      name: 'evaluate',
      summary: 'measure a model, or the result of a launch',
      load: async () => (await import('./evaluate.js')).evaluateCommand(),
    },
  ],
  Tools: [
    {
      name: 'data',
      summary: 'list, inspect and download data sets',
      load: async () => (await import('./data.js')).dataCommand(),
    },
    {
      name: 'answers',
      summary: 'show, export, import and repair stored answers',
      load: async () => (await import('./answers.js')).answersCommand(),
    },
    {
      name: 'doctor',
      summary: 'check what works on this machine',
      load: async () => (await import('./doctor.js')).doctorCommand(),
    },
    {
      name: 'bench',
      summary: 'time training and ranking on this machine',
      load: async () => (await import('./bench.js')).benchCommand(),
    },
    {
      name: 'notebook',
      summary: 'open the notebooks in JupyterLab, or run them without it',
      load: async () => (await import('./notebook.js')).notebookCommand(),
    },
  ],
}

const start = `
Start with \`understudy launch\`: without files it runs on a generated shop.
\`understudy COMMAND --help\` shows examples and flags.`

/**
 * The program.
 * @param isWanted - whether a command may be called, so that its file is needed
 * @param allFlags - whether help shows the flags that commands share too
 */
export async function makeProgram(
  isWanted: (name: string) => boolean,
  allFlags: boolean,
): Promise<Command> {
  const program = new Command('understudy')
    .description('Recommends new items; finds out about which users to ask a language model.')
    .option('--import <module>', 'load a module that adds features, presets ...; repeatable')
    .addOption(
      new Option('--log <format>', 'form of notices and errors')
        .choices(['text', 'json'])
        .default(undefined, 'text'),
    )
    .option('--debug', 'show where an error comes from (or UNDERSTUDY_DEBUG=1)')
    .version(version, '--version', 'show the version')
    .addHelpText('after', start)
  // As everywhere: it has no line in the first help, which fits a screen.
  program.options.find(({ long }) => long === '--version')?.hideHelp()
  for (const [heading, entries] of Object.entries(commands)) {
    program.commandsGroup(`${heading}:`)
    for (const { name, summary, load } of entries)
      program.addCommand((isWanted(name) ? await load() : new Command(name)).summary(summary))
  }
  useCommandHelp(program, { all: allFlags })
  return program
}
