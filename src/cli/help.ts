import { type Command, Help, type Option } from 'commander'

const widest = 80

/**
 * Adds flags that several commands share, under a heading: the help of a command has the heading
 * alone, unless all flags are asked for.
 */
export function underHeading(
  command: Command,
  heading: string,
  add: (command: Command) => Command,
): Command {
  return add(command.optionsGroup(`${heading}:`)).optionsGroup('')
}

/** Help of the whole program. */
export interface HelpOptions {
  /** Whether the flags that commands share are shown too. */
  all: boolean
}

/** Makes a command and those below it show their help as `CommandHelp` does. */
export function useCommandHelp(command: Command, options: HelpOptions): void {
  command.createHelp = () => new CommandHelp(options)
  const more = command.options.some(isShared)
  command.helpOption('-h, --help', `show this help${more ? '; with --all, all flags' : ''}`)
  if (command.commands.length > 0) {
    command.helpCommand('help [command]', 'show the help of a command')
    refuseUnknownCommands(command)
  }
  for (const inner of command.commands) useCommandHelp(inner as Command, options)
}

/** A command's own flags come first; those that it shares with others, if asked for, by heading. */
class CommandHelp extends Help {
  private displayed = false

  constructor(private readonly options: HelpOptions) {
    super()
    this.showGlobalOptions = options.all
  }

  override prepareContext(context: { helpWidth?: number }): void {
    super.prepareContext({ helpWidth: Math.min(context.helpWidth ?? widest, widest) })
    // Commander also looks here for the flag that a mistyped one may mean, among all of them.
    this.displayed = true
  }

  override visibleOptions(command: Command): Option[] {
    const visible = super.visibleOptions(command)
    if (!this.displayed) return visible
    const own = visible.filter((option) => !isShared(option))
    return this.options.all ? [...own, ...visible.filter(isShared)] : own
  }

  override groupItems<T extends Command | Option>(
    _: T[],
    visible: T[],
    groupOf: (item: T) => string,
  ): Map<string, T[]> {
    return super.groupItems(visible, visible, groupOf)
  }

  override subcommandTerm(command: Command): string {
    return command.name()
  }

  override optionDescription({ description, ...option }: Option): string {
    const { argChoices, defaultValue, defaultValueDescription } = option
    const shown = defaultValueDescription ?? textOf(defaultValue)
    const facts = [
      ...(argChoices ? [argChoices.join(', ')] : []),
      ...(shown === '' ? [] : [`default: ${shown}`]),
    ]
    return facts.length === 0 ? description : `${description} (${facts.join('; ')})`
  }

  override formatHelp(command: Command, helper: Help): string {
    const text = super.formatHelp(command, helper)
    const headings = new Set(command.options.filter(isShared).map(headingOf))
    if (this.options.all || headings.size === 0) return text
    const line = `More flags, with --help --all: ${[...headings].join(', ')}.`
    return `${text}\n${this.boxWrap(line, this.helpWidth ?? widest)}\n`
  }
}

/** Without this an unknown command with --help shows the help of the program, and exits with 0. */
function refuseUnknownCommands(command: Command): void {
  command.addHelpText('before', () => {
    const [first, second] = command.args
    const name = first === 'help' ? second : first
    if (name !== undefined && !name.startsWith('-')) command.parse([name], { from: 'user' })
    return ''
  })
}

function isShared({ helpGroupHeading }: Option): boolean {
  return helpGroupHeading !== undefined
}

function headingOf({ helpGroupHeading = '' }: Option): string {
  return helpGroupHeading.replace(/:$/, '').toLowerCase()
}

function textOf(value: unknown): string {
  return value === undefined ? '' : Array.isArray(value) ? value.join(', ') : String(value)
}
