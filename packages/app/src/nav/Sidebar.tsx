import {
  Sidebar,
  SidebarDivider,
  SidebarItem,
  SidebarScrollWrapper,
  SidebarSpace,
} from '@backstage/core-components';
import { NavContentBlueprint } from '@backstage/plugin-app-react';
import { UserSettingsSignInAvatar } from '@backstage/plugin-user-settings';
import { SidebarTitle } from './SidebarTitle';

export const SidebarContent = NavContentBlueprint.make({
  params: {
    component: ({ navItems }) => {
      const nav = navItems.withComponent(item => (
        <SidebarItem icon={() => item.icon} to={item.href} text={item.title} />
      ));
      nav.take('page:user-settings');
      return (
        <Sidebar>
          <SidebarTitle />
          <SidebarDivider />
          {nav.take('page:four-keys')}
          {nav.take('page:catalog')}
          {nav.take('page:scaffolder')}
          <SidebarDivider />
          <SidebarScrollWrapper>
            {nav.rest({ sortBy: 'title' })}
          </SidebarScrollWrapper>
          <SidebarSpace />
          <SidebarDivider />
          <SidebarItem
            icon={() => <UserSettingsSignInAvatar />}
            to="/settings"
            text="Settings"
          />
        </Sidebar>
      );
    },
  },
});
