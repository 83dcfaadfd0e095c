'use strict'
// Draws the figures, follows the colour scheme, and sorts tables by their buttons.
const figures = JSON.parse(document.getElementById('figures').textContent)
const dark = matchMedia('(prefers-color-scheme: dark)')

function draw() {
  const styles = getComputedStyle(document.documentElement)
  const color = (name) => styles.getPropertyValue(name).trim()
  for (const { name, data, layout } of figures) {
    const place = document.getElementById(name)
    const axis = { gridcolor: color('--line'), zerolinecolor: color('--line'), automargin: true }
    const own = structuredClone(layout)
    Object.assign(own, {
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      font: { family: 'system-ui, sans-serif', size: 12, color: color('--text') },
      xaxis: { ...axis, ...own.xaxis },
      yaxis: { ...axis, ...own.yaxis },
      autosize: true,
    })
    place.replaceChildren()
    Plotly.newPlot(place, structuredClone(data), own, { responsive: true, displaylogo: false, modeBarButtonsToRemove: ['select2d', 'lasso2d'] })
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
dark.addEventListener('change', draw)
draw()
