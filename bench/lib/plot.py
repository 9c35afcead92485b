# SPDX-License-Identifier: MIT
"""A picture of the tables, drawn by gnuplot: a panel of bars per section."""
import os
import subprocess
import tempfile

from .build import system_program
from .process import Failed

HEAD = '''
set terminal pngcairo size 1000,%(height)d font ',10'
set output '%(file)s'
set multiplot layout %(panels)d,1
set style fill solid 0.7
set boxwidth 0.7
set grid ytics
set xtics rotate by -25 nomirror
unset key
'''
PANEL = '''
set title "%(title)s"
set ylabel "%(unit)s"
%(scale)s
$bars%(n)d << EOD
%(rows)s
EOD
plot $bars%(n)d using 1:3:xtic(2) with boxes linecolor rgb "#3070b0"
'''


def panel(n, table, section):
    column = section.columns[0]
    known = [(c.name, column.value(c, section)) for c in section.contenders]
    known = [(name, v) for name, v in known if v is not None]
    rows = '\n'.join('%d "%s" %g' % (i, name, v)
                     for i, (name, v) in enumerate(known))
    values = [v for _, v in known if v > 0]
    wide = values and max(values) > 50 * min(values)
    scale = ('set logscale y; set yrange [*:*]' if wide
             else 'unset logscale y; set yrange [0:*]')
    title = '%s: %s' % (table.name, section.title)
    return PANEL % {'title': title, 'unit': column.title, 'n': n,
                    'scale': scale, 'rows': rows} if rows else ''


def draw(tables, path):
    if not system_program('gnuplot'):
        raise Failed('gnuplot is not installed')
    panels = [panel(i, t, s) for i, (t, s) in enumerate(
        (t, s) for t in tables for s in t.sections)]
    panels = [p for p in panels if p]
    with tempfile.NamedTemporaryFile('w', suffix='.gp') as script:
        script.write(HEAD % {'height': 320 * len(panels), 'file': path,
                             'panels': len(panels)})
        script.write(''.join(panels))
        script.flush()
        done = subprocess.run(['gnuplot', script.name], text=True,
                              stderr=subprocess.PIPE)
    if done.returncode != 0 or not os.path.exists(path):
        raise Failed('gnuplot: ' + done.stderr.strip())
