'use strict'
// Draws the figures, follows the colour scheme and the width, and sorts tables by their buttons.
const figures = JSON.parse(document.getElementById('figures').textContent)
const dark = matchMedia('(prefers-color-scheme: dark)')
const narrow = matchMedia('(max-width: 40rem)')

// Plotly is in the page as gzip in base64; the policy of the page allows this very script.
async function loadPlotly() {
  const packed = atob(document.getElementById('plotly').textContent)
  const bytes = Uint8Array.from(packed, (letter) => letter.charCodeAt(0))
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  const script = document.createElement('script')
  script.textContent = await new Response(plain).text()
  document.head.append(script)
}

// A text in lines of at most `most` characters, broken between words or after a slash.
function wrapped(text, most) {
  const lines = ['']
  for (const word of String(text).split(/(?<=[ /])/)) {
    if (lines.at(-1) !== '' && (lines.at(-1) + word).trimEnd().length > most) lines.push('')
    lines[lines.length - 1] += word
  }
  return lines.map((line) => line.trimEnd()).join('<br>')
}
const numLines = (text) => text.split('<br>').length

// What a figure needs to be legible: names and titles in lines, and height for them.
function fitted(data, layout) {
  const own = structuredClone(layout)
  const traces = structuredClone(data)
  const letters = narrow.matches ? 16 : 34
  if (own.yaxis?.type === 'category') {
    const names = [...new Set(traces.flatMap(({ y }) => y))]
    const text = names.map((name) => wrapped(name, letters))
    Object.assign(own.yaxis, { tickmode: 'array', tickvals: names, ticktext: text })
    const most = Math.max(...text.map(numLines))
    own.height = Math.max(own.height, 110 + names.length * (10 + 15 * most))
    own.margin = { ...own.margin, l: 10 }
  }
  for (const axis of [own.xaxis, own.yaxis])
    if (axis?.title?.text) axis.title.text = wrapped(axis.title.text, narrow.matches ? 34 : 80)
  const named = traces.filter(({ name, showlegend }) => name !== undefined && showlegend !== false)
  if (narrow.matches && own.showlegend !== false && named.length > 0) {
    own.legend = { orientation: 'h', yref: 'container', y: 0, yanchor: 'bottom', maxheight: 0.9 }
    const width = 45 + 7 * Math.max(...named.map(({ name }) => name.length))
    const columns = Math.max(1, Math.floor((innerWidth - 80) / width))
    own.height += 20 * Math.ceil(named.length / columns)
  }
  return { traces, own }
}

function draw() {
  const styles = getComputedStyle(document.documentElement)
  const color = (name) => styles.getPropertyValue(name).trim()
  for (const { name, data, layout } of figures) {
    const place = document.getElementById(name)
    const axis = { gridcolor: color('--line'), zerolinecolor: color('--line'), automargin: true }
    const { traces, own } = fitted(data, layout)
    Object.assign(own, {
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      font: { family: 'system-ui, sans-serif', size: 12, color: color('--text') },
      xaxis: { ...axis, ...own.xaxis },
      yaxis: { ...axis, ...own.yaxis },
      autosize: true,
    })
    place.replaceChildren()
    const options = { responsive: true, displaylogo: false, displayModeBar: narrow.matches ? false : 'hover' }
    Plotly.newPlot(place, traces, own, { ...options, modeBarButtonsToRemove: ['select2d', 'lasso2d'] })
  }
  document.documentElement.dataset.drawn = String(figures.length)
}

function sort(button) {
  const head = button.closest('th')
  const table = head.closest('table')
  const column = [...head.parentNode.children].indexOf(head)
  const direction = head.getAttribute('aria-sort') === 'ascending' ? 'descending' : 'ascending'
  for (const other of head.parentNode.children) other.removeAttribute('aria-sort')
  head.setAttribute('aria-sort', direction)
  const key = (row) => {
    const cell = row.children[column]
    const value = Number(cell.dataset.value)
    return cell.dataset.value !== undefined && !Number.isNaN(value) ? value : cell.textContent
  }
  const compare = (a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b)))
  const body = table.tBodies[0]
  const sorted = [...body.rows].sort((a, b) => compare(key(a), key(b)) * (direction === 'ascending' ? 1 : -1))
  body.append(...sorted)
}

for (const button of document.querySelectorAll('th button')) button.addEventListener('click', () => sort(button))
loadPlotly().then(() => {
  for (const query of [dark, narrow]) query.addEventListener('change', draw)
  draw()
})
