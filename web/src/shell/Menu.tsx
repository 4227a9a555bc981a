// SPDX-License-Identifier: Apache-2.0
//
// The menu: the groups of routes.tsx with the pages one may see.
import { useEffect, useRef } from "react";
import { Link, useLocation } from "wouter";

import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { Icon } from "@/parts/icons";
import { groups, routes } from "@/routes";

/** The row of the menu that the page at this path belongs to. */
export function chosenPath(path: string, paths: string[]): string {
  return paths.filter((one) => one === path ||
    (one !== "/" && path.startsWith(`${one}/`)))
    .sort((a, b) => b.length - a.length)[0] ?? "";
}

export function Menu({ chosen }: { chosen?: () => void }) {
  const t = useT();
  const may = useMay();
  const [path] = useLocation();
  const menu = useRef<HTMLUListElement>(null);
  const here = chosenPath(path, routes.filter((one) => one.group)
    .map((one) => one.path));

  useEffect(() => {
    menu.current?.querySelector("[aria-current]")
      ?.scrollIntoView({ block: "nearest" });
  }, [here]);
  return (
    <ul className="hf-menu" ref={menu}>
      {groups.map((group) => {
        const rows = routes.filter((one) =>
          one.group === group.name && may(one.may));
        if (rows.length === 0) return null;
        const single = rows.length === 1;
        return (
          <li key={group.name}>
            {!single && (
              <span className="hf-menu-group">
                <Icon name={group.icon} /> {t(group.title)}
              </span>
            )}
            <ul>
              {rows.map((one) => (
                <li key={one.path}>
                  <Link href={one.path} onClick={chosen}
                    className={single ? "hf-menu-single" : undefined}
                    aria-current={one.path === here ? "page" : undefined}>
                    {single && <Icon name={group.icon} />} {t(one.title)}
                  </Link>
                </li>
              ))}
            </ul>
          </li>
        );
      })}
    </ul>
  );
}
