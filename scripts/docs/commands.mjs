import { makeProgram } from '../../dist/cli/program.js'

/**
 * Every command with what it shows as its help: those that hold other commands first.
 * @param allFlags - whether the flags that commands share are shown too
 */
export async function helpOfAll(allFlags) {
  const visit = (command, path) => [
    { path, help: helpOf(command) },
    ...command.commands.flatMap((inner) => visit(inner, `${path} ${inner.name()}`)),
  ]
  return visit(await makeProgram(() => true, allFlags), 'understudy')
}

function helpOf(command) {
  let text = ''
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp()
  return text
}

/** Page `Commands`: the help of every command, with all its flags. */
export async function commandsPage() {
  const commands = await helpOfAll(true)
  const sections = commands.map(
    ({ path, help }) => `## ${path}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\``,
  )
  return ['# Commands', ...sections].join('\n\n') + '\n'
}
